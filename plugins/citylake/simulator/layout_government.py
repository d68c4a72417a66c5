"""Forms of the exports about systems, resources, service items, cases and junctions."""

from __future__ import annotations

from citylake.simulator.forms import Layout, fields_of

GOVERNMENT = (
    Layout(
        "big_data__government_systems",
        "政务信息系统目录",
        "xlsx",
        "monthly",
        fields_of("""
        system_id 系统编号 code
        system_name 系统名称 text
        department_code 主管部门代码 code
        department_name 主管部门 text
        secrecy_level_code 密级 list:secrecy_level
        status 状态 list:system_status
        is_cloud_required 是否应上云 bool
        exemption_reason 不上云原因 text
        deployment_code 部署位置 list:deployment
        cloud_date 上云日期 date
        protection_level_code 等保级别 text
        required_platform_codes 应接入共性平台 text
        launched_date 上线日期 date
        retired_date 停用日期 date
        updated_at 更新时间 timestamp
    """),
        sheet="系统目录",
        header_rows=2,
        groups=(("基本信息", 6), ("上云情况", 4), ("运行管理", 5)),
    ),
    Layout(
        "big_data__cloud_servers",
        "政务云资源台账",
        "csv",
        "monthly",
        fields_of("""
        server_id 虚机编号 code
        system_id 系统编号 code
        system_name 系统名称 text
        department_code 使用部门代码 code
        cloud_zone_code 云区 text
        vcpu_count vCPU(核) int
        memory_gb 内存(GB) decimal
        storage_gb 存储(GB) decimal
        cpu_usage_pct CPU平均使用率(%) decimal
        created_date 创建日期 date
        released_date 释放日期 date
        status 状态 list:server_status
    """),
    ),
    Layout(
        "big_data__resource_catalogue",
        "公共数据资源目录",
        "xlsx",
        "monthly",
        fields_of("""
        resource_code 信息资源代码 code
        resource_name 信息资源名称 text
        department_code 提供方代码 code
        department_name 提供方 text
        format_code 信息资源格式 text
        sharing_type_code 共享类型 list:sharing_type
        sharing_condition 共享条件 text
        openness_code 开放属性 list:openness
        openness_condition 开放条件 text
        update_cycle_code 更新周期 text
        secrecy_level_code 密级 list:secrecy_level
        published_date 发布日期 date
        updated_at 最近更新时间 timestamp
        status 目录状态 list:resource_status
    """),
        sheet="资源目录",
    ),
    Layout(
        "big_data__sharing_interfaces",
        "共享交换平台挂接台账",
        "csv",
        "daily",
        fields_of("""
        stat_date 统计日期 date
        interface_id 接口编号 code
        resource_code 信息资源代码 code
        department_code 提供方代码 code
        attachment_method_code 挂接方式 list:attachment_method
        attached_date 挂接日期 date
        call_count_30d 近30日调用次数 int
        success_rate_pct 成功率(%) decimal
        data_updated_at 最近数据更新时间 timestamp
        status 挂接状态 list:interface_status
    """),
    ),
    Layout(
        "government_services__service_items",
        "政务服务事项库",
        "csv",
        "weekly",
        fields_of("""
        item_code 事项编码 code
        item_name 事项名称 text
        item_type_code 事项类型 text
        department_code 实施主体代码 code
        department_name 实施主体 text
        division_code 行使区划 code
        handling_mode_code 办理形式 text
        onsite_visit_count 到办事现场次数 int
        online_depth_code 网办深度 list:online_depth
        online_url 网上办理地址 text
        is_exception 是否例外 bool
        exception_basis 例外依据 text
        status 启用状态 list:item_status
        valid_from_date 生效日期 date
        valid_to_date 失效日期 date
        updated_at 更新时间 timestamp
    """),
        encoding="gb18030",
    ),
    Layout(
        "government_services__cases",
        "政务服务办件库",
        "csv",
        "daily",
        fields_of("""
        case_id 办件编号 code
        item_code 事项编码 code
        item_name 事项名称 text
        department_code 实施主体代码 code
        division_code 受理区划 code
        channel_code 申请渠道 list:case_channel
        certificate_type_code 申请人证件类型 text
        certificate_no 申请人证件号码 code
        applied_at 申请时间 timestamp
        accepted_at 受理时间 timestamp
        closed_at 办结时间 timestamp
        result_code 办理结果 text
        is_test_case 是否测试件 bool
        is_inquiry_only 是否即办查询 bool
    """),
        encoding="gb18030",
    ),
    Layout(
        "public_security__signal_junctions",
        "信号灯控路口台账",
        "xlsx",
        "monthly",
        fields_of("""
        junction_id 路口编号 code
        place_name 路口名称 text
        division_code 区划代码 code
        street_code 街道代码 code
        longitude 经度 decimal
        latitude 纬度 decimal
        coordinate_system 坐标系 text
        controller_brand 信号机品牌 text
        protocol_code 通信协议 text
        is_networked 是否联网 bool
        is_jointly_controlled 是否联控 bool
        connected_date 接入日期 date
        status 状态 list:junction_status
        updated_at 更新时间 timestamp
    """),
        sheet="路口台账",
        header_rows=2,
        groups=(("路口信息", 7), ("信号机", 2), ("联网联控", 5)),
    ),
)
